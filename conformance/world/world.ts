import { type Client, createClient, type Exchange } from '../client.ts'

type Credentials = { email: string; password: string }

export type Services = {
  /** Base URL of the Main API. */
  api: string
  /** Base URL of the CRM service. */
  crm: string
  crmToken?: string
  /** A facilitator who can log in; by default the demo one. */
  facilitator?: Credentials
}

/** The context of a check: both services, and a stack of undo steps. */
export type World = {
  /** The Main API, without a token. */
  main: Client
  /** The CRM service, without a token. */
  crm: Client
  /** The CRM service, with its bearer token. */
  staff: Client
  crmToken: string
  facilitatorCredentials: Credentials
  hasOwnFacilitator: boolean
  afterCheck: Undo[]
  afterRun: Undo[]
}

export type Undo = () => Promise<unknown>

// The published token of the CRM and the demo facilitator, both for development only.
const defaultCrmToken = 'crm-static-bearer-token-123'
const demoFacilitator = { email: 'jane.smith@example.com', password: 'demo-password-123' }

export function createWorld(services: Services, record: (exchange: Exchange) => void): World {
  const crmToken = services.crmToken ?? defaultCrmToken
  const crm = createClient(withoutSlash(services.crm), record)
  return {
    main: createClient(withoutSlash(services.api), record),
    crm,
    staff: crm.as(crmToken),
    crmToken,
    facilitatorCredentials: services.facilitator ?? demoFacilitator,
    hasOwnFacilitator: services.facilitator !== undefined,
    afterCheck: [],
    afterRun: [],
  }
}

/** A fixture that is created once per run, when a check first needs it. */
export function oncePerRun<T>(make: (world: World) => Promise<T>): (world: World) => Promise<T> {
  const made = new WeakMap<World, Promise<T>>()
  return (world) => {
    const known = made.get(world) ?? make(world)
    made.set(world, known)
    return known
  }
}

/** In reverse order. A failing step is ignored, because it says nothing about the check. */
export async function undoAll(undos: Undo[]): Promise<void> {
  for (const undo of undos.splice(0).reverse()) await undo().catch(() => {})
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
