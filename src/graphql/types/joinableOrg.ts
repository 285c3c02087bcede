import { isJoinable, type OrgByAddress, orgByAddress } from '../../domain/emailDomains/orgByAddress.js'
import { MAX_LOGO_URL } from '../../domain/orgs/orgProfile.js'
import { builder } from '../builder.js'
import { encodeId } from '../globalId.js'
import { perOperation } from '../loaders/perOperation.js'
import { EmailDomainJoinModeType } from './emailDomain.js'

export const JoinableOrgType = builder.objectRef<OrgByAddress>('JoinableOrg').implement({
  description:
    'As much of an org as a person may know who may ask to join it because their verified address is in its e-mail domain.',
  fields: (t) => ({
    orgId: t.id({ description: 'Global id of the org.', resolve: ({ orgId }) => encodeId('Org', orgId) }),
    name: t.exposeString('name', { description: 'Name of the org.' }),
    slug: t.exposeString('slug', { description: 'The org’s name for URLs.' }),
    logoUrl: t.exposeString('logoUrl', {
      extensions: { maxLength: MAX_LOGO_URL },
      nullable: true,
      description: 'URL of the org’s logo. It begins with https://.',
    }),
    domain: t.exposeString('domain', {
      description: 'The org’s e-mail domain that the address is in, in lower-case ASCII.',
    }),
    joinMode: t.field({
      type: EmailDomainJoinModeType,
      description: 'AUTO: whoever asks is approved at once. REQUEST: the org decides.',
      resolve: ({ joinMode }) => joinMode,
    }),
  }),
})

/** Reads the viewer's own joinable orgs, once however often they are selected. */
export const viewerJoinableOrgs = perOperation(({ app }) => {
  let read: Promise<OrgByAddress[]> | undefined
  return (userId: string) => {
    read ??= orgByAddress(app.database, userId).then((org) => (org && isJoinable(org) ? [org] : []))
    return read
  }
})
