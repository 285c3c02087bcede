import type { TokenBearer } from './actor.js'
import { allPermissions } from './permission.js'

/** Who asks with the INSTANCE_TOKEN, or by a command of the server's own machine. It has every permission. */
export const theInstance: TokenBearer = {
  kind: 'token',
  tokenId: null,
  orgId: null,
  permissions: new Set(allPermissions),
  expiresAt: null,
}
