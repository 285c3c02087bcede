import { later } from './panels/later.js'
import type { WaysInProps } from './WaysInList.js'

const WaysInList = later<WaysInProps>(async () => (await import('./WaysInList.js')).WaysInList)

/** The orgs that the viewer's address lets them join or ask to join. Few people have any, so the code comes later. */
export function WaysIn(props: WaysInProps) {
  const { joinableOrgs, orgJoinRequests } = props.viewer
  return joinableOrgs?.length || orgJoinRequests?.nodes.length ? <WaysInList {...props} /> : null
}
