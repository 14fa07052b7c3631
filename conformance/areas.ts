import type { AreaChecks, Check } from './check.ts'
import { crmBookings } from './checks/crm-bookings.ts'
import { crmFacilitators } from './checks/crm-facilitators.ts'
import { crmHealth } from './checks/crm-health.ts'
import { crmNotify } from './checks/crm-notify.ts'
import { mainAuth } from './checks/main-auth.ts'
import { mainBookings } from './checks/main-bookings.ts'
import { mainEvents } from './checks/main-events.ts'
import { mainFacilitators } from './checks/main-facilitators.ts'
import { mainHealth } from './checks/main-health.ts'
import { mainOrganising } from './checks/main-organising.ts'
import { mainToCrm } from './checks/main-to-crm.ts'
import { type Endpoint, endpoints, nameOf } from './contract/endpoints.ts'
import { rulesOf, type Service } from './rules/every-endpoint.ts'
import { serviceWide } from './rules/service-wide.ts'

export type Area = { name: string; endpoints: { name: string; checks: Check[] }[] }

export const areas: Area[] = [
  area('main-health', 'main', { ...mainHealth, ...serviceWide('main') }, endpoints['main-health']),
  area('main-auth', 'main', mainAuth, endpoints['main-auth']),
  area('main-events', 'main', mainEvents, endpoints['main-events']),
  area('main-bookings', 'main', mainBookings, endpoints['main-bookings']),
  area('main-facilitators', 'main', mainFacilitators, endpoints['main-facilitators']),
  area('main-organising', 'main', mainOrganising, []),
  area('crm-health', 'crm', { ...crmHealth, ...serviceWide('crm') }, endpoints['crm-health']),
  area('crm-notify', 'crm', crmNotify, endpoints['crm-notify']),
  area('crm-bookings', 'crm', crmBookings, endpoints['crm-bookings']),
  area('crm-facilitators', 'crm', crmFacilitators, endpoints['crm-facilitators']),
  area('main-to-crm', 'main', mainToCrm, []),
]

/** `auth` picks `main-auth`, `bookings` picks `main-bookings` and `crm-bookings`, `crm` picks all of the CRM. */
export function selectAreas(only: string[] = []): Area[] {
  const unknown = only.filter((word) => !areas.some((area) => answersTo(area, word)))
  if (unknown.length > 0) {
    throw new Error(
      `No area is called ${unknown.join(', ')}. There are: ${areas.map(({ name }) => name).join(', ')}`,
    )
  }
  return only.length === 0 ? areas : areas.filter((area) => only.some((word) => answersTo(area, word)))
}

/** The checks of the area, followed by the rules for every endpoint. */
function area(name: string, service: Service, checks: AreaChecks, published: Endpoint[]): Area {
  const ruled = published.map((endpoint) => {
    const own = checks[nameOf(endpoint)]
    if (!own) throw new Error(`${name} checks nothing of ${nameOf(endpoint)}`)
    return { name: nameOf(endpoint), checks: [...own, ...rulesOf(service, endpoint)] }
  })
  const names = new Set(published.map(nameOf))
  const others = Object.entries(checks).filter(([endpoint]) => !names.has(endpoint))
  return {
    name,
    endpoints: [...ruled, ...others.map(([endpoint, own]) => ({ name: endpoint, checks: own }))],
  }
}

function answersTo(area: Area, word: string): boolean {
  return area.name === word || area.name.split('-').includes(word)
}
