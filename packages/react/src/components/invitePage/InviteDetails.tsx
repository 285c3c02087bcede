import type { InvitePreview } from '../../api/types.js'
import { useLook } from '../../words/look.js'
import { classes, highest } from '../parts.js'
import { addressOf } from './inviteAddress.js'
import { Title } from './Title.js'

interface DetailsClassNames {
  readonly title?: string
  readonly facts?: string
  readonly message?: string
}

interface InviteDetailsProps {
  readonly invite: InvitePreview
  readonly classNames: DetailsClassNames
}

/** Who invites to what: the name of the org is the heading. */
export function InviteDetails({ invite, classNames }: InviteDetailsProps) {
  const { words, locale, controls } = useLook()
  const { invitedByName: inviter, orgName, roles, message, expiresAt } = invite
  const w = words.page
  const can = w.can[highest(roles)]
  const address = addressOf(invite)
  const named = [...roles].reverse().map((role) => words.roles[role])
  return (
    <>
      <p className="gh-from">
        {inviter === null
          ? w.youAreInvited
          : w.invitesYou(
              <strong key="inviter" dir="auto">
                {inviter}
              </strong>,
            )}
      </p>
      <Title className={classNames.title}>{orgName}</Title>
      <dl className={classes('gh-facts', classNames.facts)}>
        <div>
          <dt>{w.role}</dt>
          <dd>
            {new Intl.ListFormat(locale).format(named)}
            {can !== '' && <small>{can}</small>}
          </dd>
        </div>
        {address !== null && (
          <div>
            <dt>{w.for}</dt>
            <dd>{address}</dd>
          </div>
        )}
        <div>
          <dt>{w.expires}</dt>
          <dd>
            <controls.Time at={expiresAt} />
          </dd>
        </div>
      </dl>
      {message !== null && (
        <blockquote className={classes('gh-message', classNames.message)} dir="auto">
          {message}
        </blockquote>
      )}
    </>
  )
}
