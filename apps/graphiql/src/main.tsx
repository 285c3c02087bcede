import 'graphiql/style.css'
import './style.css'
import { createRoot } from 'react-dom/client'
import { fetchDemoPeople } from '../../dashboard/src/api/demoPeople.js'
import { fetchSignInWay } from '../../dashboard/src/api/openId/settings.js'
import { App, rememberedPerson } from './App.js'
import { firstOrgId } from './fetcher.js'
import { labelEditors } from './labelEditors.js'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')

const [people, way] = await Promise.all([fetchDemoPeople(), fetchSignInWay()])
const orgId = await firstOrgId(rememberedPerson(people)?.token).catch(() => '')
labelEditors(root)
createRoot(root).render(
  <App people={people} orgId={orgId} hasMailbox={way.kind === 'development' && way.links.mailbox} />,
)
