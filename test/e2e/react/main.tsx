import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { HooksPage } from './hooks.js'

const query = new URLSearchParams(location.search)
const of = (name: string) => query.get(name) ?? ''
const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <HooksPage orgId={of('org')} endpoint={of('endpoint')} token={of('token')} />
    </StrictMode>,
  )
