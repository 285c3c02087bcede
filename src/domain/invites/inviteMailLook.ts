import { Html, html } from '../../lib/html.js'

// Many mail programs ignore style sheets. What matters is in `style` attributes; the rest is only nice to have.
const style = new Html(`
:root { color-scheme: light dark; supported-color-schemes: light dark }
body { margin: 0; padding: 24px 16px; background: #f4f4f2; color: #1d1f23 }
.sheet { max-width: 520px; margin: 0 auto; padding: 32px; background: #ffffff; border-radius: 12px;
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif }
h1 { margin: 0 0 16px; font-size: 22px; line-height: 1.3; overflow-wrap: anywhere }
p { margin: 0 0 16px; overflow-wrap: anywhere }
blockquote { margin: 0 0 16px; padding: 4px 0 4px 16px; border-left: 3px solid #b9bcc4; overflow-wrap: anywhere }
hr { height: 0; margin: 24px 0 16px; border: 0; border-top: 1px solid #dddfe3 }
.small { margin: 0; font-size: 13px; color: #5c606b }
@media (prefers-color-scheme: dark) {
  body { background: #131417; color: #e8e9ec }
  .sheet { background: #1e2025 }
  hr { border-top-color: #383b43 }
  .small { color: #a3a7b3 }
}
`)

/** A button with a link. The URL is shown below it, for people who want to see it first. */
export const button = (url: string, label: string): Html => html`<p style="margin:24px 0 8px"><a href="${url}"
 style="display:inline-block;padding:12px 22px;border-radius:8px;background:#2f5bd8;color:#ffffff;font-weight:600;text-decoration:none">${label}</a></p>
<p class="small" style="margin:0 0 24px"><a href="${url}" style="color:inherit">${url}</a></p>`

/** A whole HTML part with its blocks one below the other. */
export const page = (title: string, blocks: readonly Html[]): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div class="sheet">
${blocks.map(
  (block) => html`${block}
`,
)}</div>
</body>
</html>
`
