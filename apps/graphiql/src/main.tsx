import 'graphiql/style.css'
import './style.css'
import { createRoot } from 'react-dom/client'
import { fetchDemoPeople } from '../../dashboard/src/api/demoPeople.js'
import { App, rememberedPerson } from './App.js'
import { firstOrgId } from './fetcher.js'
import { labelEditors } from './labelEditors.js'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')

const people = await fetchDemoPeople()
const orgId = await firstOrgId(rememberedPerson(people)?.token).catch(() => '')
labelEditors(root)
createRoot(root).render(<App people={people} orgId={orgId} />)
