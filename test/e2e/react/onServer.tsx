// Runs in Node: writes the page as a server renders it.
import { renderToString } from 'react-dom/server'
import { HooksPage } from './hooks.js'

console.log(renderToString(<HooksPage orgId="none" endpoint="http://localhost:1/graphql" token="none" />))
