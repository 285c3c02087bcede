import type { Outcome } from '../api/outcome.js'
import type { Member } from '../api/types.js'
import { useChangeRoles, useReinstate, useRemove, useSuspend } from '../hooks/actions.js'
import { useLook } from '../words/look.js'
import type { MemberAction } from './memberQuestion.js'

interface Ran {
  readonly outcome: Outcome<object>
  /** What to say if it was done. */
  readonly said: string
}

/** Runs what the viewer does with a member. */
export function useMemberActions(orgId: string) {
  const { words } = useLook()
  const [changeRoles] = useChangeRoles()
  const [suspend] = useSuspend()
  const [reinstate] = useReinstate()
  const [remove] = useRemove()
  const w = words.members

  return async (member: Member, action: MemberAction, name: string): Promise<Ran> => {
    switch (action.kind) {
      case 'CHANGE_ROLE': {
        const { role } = action
        const outcome = await changeRoles(orgId, member, role)
        return { outcome, said: w.changed(name, words.roles[role]) }
      }
      case 'SUSPEND':
        return { outcome: await suspend(orgId, member), said: w.suspendDone(name) }
      case 'REINSTATE':
        return { outcome: await reinstate(orgId, member), said: w.reinstated(name) }
      case 'REMOVE':
        return { outcome: await remove(orgId, member), said: w.removed(name) }
    }
  }
}
