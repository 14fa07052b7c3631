import { Skeleton, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { CrmStatus } from '#web/lib/api/contract.ts'
import classes from './board.module.css'
import { type Board as Cards, type Column, STAGES } from './board.rules.ts'
import { BoardCard } from './board-card.tsx'
import type { Move } from './crm.mutations.ts'

type Props = { board: Cards; onMove: (move: Move) => void; onOpen: (booking_id: number) => void }
type Dragged = Omit<Move, 'to'>

/** Cards are moved by drag and drop, by their menu, or by the keys 1 to 5. */
export function Board({ board, onMove, onOpen }: Props) {
  const [dragged, setDragged] = useState<Dragged>()
  const [over, setOver] = useState<CrmStatus>()
  const end = () => {
    setDragged(undefined)
    setOver(undefined)
  }
  return (
    <div className={classes.board}>
      {STAGES.map(({ stage, name, hint }) => (
        <section
          key={stage}
          aria-label={name}
          className={classes.column}
          data-over={(over === stage && dragged?.from !== stage) || undefined}
          onDragOver={(drag) => {
            if (!dragged) return
            drag.preventDefault()
            setOver(stage)
          }}
          onDrop={(drop) => {
            drop.preventDefault()
            if (dragged) onMove({ ...dragged, to: stage })
            end()
          }}
        >
          <Head name={name} column={board[stage]} />
          <ul className={classes.cards}>
            {board[stage].cards.map((card) => (
              <BoardCard
                key={card.booking_id}
                card={card}
                isDragged={dragged?.booking_id === card.booking_id}
                onDrag={() => setDragged({ booking_id: card.booking_id, name: card.user.name, from: stage })}
                onDragEnd={end}
                onMove={onMove}
                onOpen={onOpen}
              />
            ))}
          </ul>
          <Foot column={board[stage]} hint={hint} />
        </section>
      ))}
    </div>
  )
}

function Head({ name, column }: { name: string; column: Column }) {
  return (
    <div className={classes.head}>
      <Title order={2} fz={17}>
        {name}
      </Title>
      <Text size="sm" c="dimmed">
        {column.total}
      </Text>
    </div>
  )
}

function Foot({ column: { cards, total }, hint }: { column: Column; hint: string }) {
  if (total > 0 && total <= cards.length) return null
  return (
    <Text size="sm" c="dimmed" px="xs">
      {total === 0 ? hint : `The newest ${cards.length} of ${total}: search to find the others.`}
    </Text>
  )
}

export function BoardSkeleton() {
  return (
    <div className={classes.board} role="status" aria-label="Loading contacts" aria-busy="true">
      {STAGES.map(({ stage }) => (
        <div key={stage} className={classes.column}>
          <Skeleton height={20} width="50%" />
          <Skeleton height={84} radius="md" />
          <Skeleton height={84} radius="md" />
        </div>
      ))}
    </div>
  )
}
