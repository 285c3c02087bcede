import { introspection } from '@guildhall/client/introspection'
import { keys } from '@guildhall/client/urql'
import { cacheExchange } from '@urql/exchange-graphcache'

/** urql's normalized cache. It knows the schema, so it finds fragments on interfaces, and warns of unknown fields. */
export const graphcache = () => cacheExchange({ schema: introspection, keys })
