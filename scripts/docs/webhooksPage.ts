import { readFileSync } from 'node:fs'
import type { GraphQLSchema } from 'graphql'
import { messageExamples } from './webhooks.js'

/** The page of webhooks, with an example of each message. */
export function webhooksPage(schema: GraphQLSchema): string {
  const examples = Object.entries(messageExamples(schema)).map(
    ([type, example]) =>
      `<details>\n<summary><code>${type}</code></summary>\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n\n</details>\n`,
  )
  return `${intro}
${examples.join('\n')}`
}

/** The part of the example that checks a signature. */
const receiver = /^\/\*\* Whether Guildhall[\s\S]*?^}$/m.exec(
  readFileSync(new URL('../../examples/recipes/webhook.ts', import.meta.url), 'utf8'),
)?.[0]

const intro = `# Webhooks

A webhook posts the events of an org to an address of yours: in order, at least once, and signed. A webhook of the
instance gets the events of every org. \`npm run docs\` writes this page from the code.

## Create one

An owner, or an API token with WEBHOOK_MANAGE, creates the webhook of an org:

\`\`\`graphql
mutation {
  createWebhook(
    input: {
      orgId: "T3JnOjAxOWRlYWRi"
      url: "https://example.com/webhooks"
      eventTypes: ["org_invite.accepted", "org_user.joined"]
    }
  ) {
    ... on CreateWebhookPayload {
      webhook {
        id
      }
      secret
    }
    ... on Error {
      message
    }
  }
}
\`\`\`

- Keep the \`secret\`: it is shown only here. \`rotateWebhookSecret\` makes a new one.
- Without \`orgId\` the webhook gets the events of every org. Only an instance token can create it.
- Without \`eventTypes\` it gets all events. Below is an example of each type.
- It belongs to the org, not to its creator: it stays when they leave.
- The dashboard at \`/live\` does all this too, in the tab "Webhooks" of an org.
- \`pingWebhook\` sends \`{"type":"ping"}\`, so that you can try the address.

## Receive

Answer with a status from 200 to 299 within 10 seconds, and do the work afterwards. A receiver in plain Node, without any
package, from [examples/recipes/webhook.ts](../examples/recipes/webhook.ts):

\`\`\`ts
${receiver}
\`\`\`

- Check the signature of the body as it came, before you parse it. Libraries for [Standard
  Webhooks](https://www.standardwebhooks.com) in many languages do the same.
- \`webhook-id\` is the same each time a message is sent. Store it, and ignore a message that you know.
- Messages of one org come in the order of \`seq\`, one at a time. \`data.cursor\` continues the history there:
  \`Org.events(after:)\`.
- \`data.event\` tells what happened. \`orgInvite\`, \`orgUser\`, \`user\` and \`org\` are as they are when the message is sent.
- New fields and new types may come at any time. Ignore what you don't know.

The types of all messages are in the client package: \`import type { WebhookMessage } from '@guildhall/client'\`, and as JSON
Schema in \`@guildhall/client/webhook-messages.schema.json\`.

## When it fails

| what | then |
|---|---|
| another status, no answer within 10 seconds, no connection | it is tried again after 5 seconds, then after longer and longer waits up to an hour, for 3 days (\`WEBHOOK_RETRY_FOR_S\`) |
| \`Retry-After\` | the next attempt comes no earlier, but after a day at most |
| 3 days are over | the delivery is FAILED, and the webhook is switched off |
| 410 | the webhook is switched off at once |
| a redirect | it is not followed, and counts as a failure |

Meanwhile the later messages of the same org and webhook wait. Those of other orgs and other webhooks don't.

- \`Webhook.deliveries\` shows the messages of the last 30 days: attempts, the status of the last answer, why it failed, and
  when it is tried next.
- \`updateWebhook(enabled: true)\` switches a webhook on again. It goes on with what it has not delivered.
- \`redeliverWebhookDelivery\` sends a message once more, at once. One that waits for its next attempt is tried now. Of one
  webhook such messages go one at a time.
- \`rotateWebhookSecret\` brings the next attempt forward too.
- \`updateWebhook(enabled: false)\` pauses. Nothing is lost, and each event keeps the filter that was in force when it
  happened.

## Where it may call

https only. The server looks up the host, refuses addresses that are not public, and connects to the very address that it
has checked. It does so for every connection. So nobody can make it call the network that it runs in. TLS is verified for
the name of the host. With \`WEBHOOK_PROXY\` all messages go through an HTTP proxy, which gets the checked address.

## While you develop

Outside production a webhook may call \`http://localhost:3000/webhooks\` and other loopback addresses. If the server runs
elsewhere, a tunnel brings its messages to your machine: start one that gives you a public https address and leads to your
port, for example \`ssh -R 80:localhost:3000 nokey@localhost.run\` or \`cloudflared tunnel --url http://localhost:3000\`, and
give its address to \`createWebhook\`.

## All messages
`
