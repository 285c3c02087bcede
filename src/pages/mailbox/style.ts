import { createHash } from 'node:crypto'

export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f5f3, #131417);
  --sheet: light-dark(#ffffff, #1d1f24);
  --ink: light-dark(#1b1d22, #eceef2);
  --soft: light-dark(#5b5f6b, #a2a7b4);
  --line: light-dark(#e3e4e8, #31343c);
  --accent: light-dark(#2f5bd8, #8fabff);
  --on-accent: light-dark(#ffffff, #10131c);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) 1rem 4rem }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; margin-bottom: 1rem }
p { margin: 0 }
.soft { color: var(--soft) }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; overflow: hidden }
.mails { list-style: none; margin: 0; padding: 0 }
.mails li + li { border-top: 1px solid var(--line) }
.mails a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .85rem 1.1rem; color: inherit; text-decoration: none }
.mails a:hover { background: color-mix(in srgb, var(--accent) 8%, transparent) }
.mails a:focus-visible { outline-offset: -3px; border-radius: 14px }
.mails span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.subject { grid-column: 1 / -1; font-weight: 600 }
.empty { padding: 3.5rem 1.5rem; text-align: center }
.empty p + p { margin-top: .5rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0 0 1.25rem }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
nav { margin-bottom: .75rem }
iframe { display: block; width: 100%; height: 42rem; border: 0; background: #ffffff; resize: vertical }
details { margin-top: 1.25rem }
summary { cursor: pointer; color: var(--soft) }
pre { margin: .75rem 0 0; padding: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .9rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd + dt { margin-top: .5rem } }
`

/** What a Content-Security-Policy knows this one stylesheet by. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
