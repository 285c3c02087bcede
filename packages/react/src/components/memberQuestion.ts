import type { Member, Role } from '../api/types.js'
import type { Words } from '../words/en.js'

/** What the viewer can do with a member. */
export type MemberAction =
  | { readonly kind: 'CHANGE_ROLE'; readonly role: Role }
  | { readonly kind: 'SUSPEND' | 'REINSTATE' | 'REMOVE' }

interface Question {
  readonly title: string
  /** What follows from the action, a paragraph each. */
  readonly notes: readonly string[]
  /** The label of the button that does it. */
  readonly verb: string
}

export interface MemberQuestion<Row extends Member = Member> extends Question {
  readonly member: Row
  readonly action: MemberAction
  /** Resolves to null when it is done, or else to the reason why it is not. */
  confirm(): Promise<string | null>
  close(): void
}

export const nameOf = ({ user }: Member, words: Words) => user.name ?? user.email ?? words.unnamed

/** What to ask before an action. Null: it is done at once, because it takes nothing from anybody. */
export function questionOf(
  action: MemberAction,
  name: string,
  isViewer: boolean,
  { members: w, roles }: Words,
): Question | null {
  switch (action.kind) {
    case 'CHANGE_ROLE': {
      const { role } = action
      const verb = w.changeRole
      if (isViewer)
        return { title: w.ownRoleSure(roles[role]), notes: [w.roleMeans[role], w.ownRoleMeans], verb }
      return role === 'OWNER' ? { title: w.ownerSure(name), notes: [w.roleMeans[role]], verb } : null
    }
    case 'SUSPEND':
      return { title: w.suspendSure(name), notes: [w.suspendMeans], verb: w.suspend }
    case 'REMOVE':
      return { title: w.sure(name), notes: [w.removeMeans], verb: w.remove }
    case 'REINSTATE':
      return null
  }
}
