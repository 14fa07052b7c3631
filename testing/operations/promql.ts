import { parser } from '@prometheus-io/lezer-promql'

/** One mention of a metric, with the labels that are asked for and those that its samples are grouped by. */
type Selector = { metric: string; matchers: { label: string; operator: string; value: string }[] }

export type Query = { selectors: Selector[]; groupedBy: string[] }

/** What an expression names. Throws when Prometheus could not read it. Variables of Grafana stand for a duration. */
export function readQuery(expression: string): Query {
  const text = expression.replaceAll('$__rate_interval', '5m')
  const query: Query = { selectors: [], groupedBy: [] }
  parser.parse(text).iterate({
    enter(node) {
      const textOf = (name: string) => {
        const child = node.node.getChild(name)
        return child ? text.slice(child.from, child.to) : ''
      }
      if (node.type.isError) throw new Error(`No PromQL at ${node.from}: ${text}`)
      if (node.name === 'VectorSelector') query.selectors.push({ metric: textOf('Identifier'), matchers: [] })
      if (node.name === 'UnquotedLabelMatcher') {
        const matcher = { label: textOf('LabelName'), operator: textOf('MatchOp') }
        query.selectors.at(-1)?.matchers.push({ ...matcher, value: textOf('StringLiteral').slice(1, -1) })
      }
      if (node.name === 'GroupingLabels')
        query.groupedBy.push(
          ...node.node.getChildren('LabelName').map(({ from, to }) => text.slice(from, to)),
        )
    },
  })
  return query
}
