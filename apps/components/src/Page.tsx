import { useState } from 'react'
import { codeOf } from './code.js'
import { type Knobs, type Turn, useKnobs } from './knobs.js'
import { Stage } from './Stage.js'
import { stories } from './stories.js'
import { themes, useTheme } from './themes.js'

/** The components of @guildhall/react, one at a time, on the demo's server. */
export function Page() {
  const [knobs, turn] = useKnobs()
  const [css, writeCss] = useTheme(knobs.theme)
  const name = knobs.component in stories ? knobs.component : 'MembersPanel'
  const story = stories[name]
  const [first = ''] = Object.keys(story?.states ?? {})
  const stateName = story && knobs.state in story.states ? knobs.state : first
  const state = story?.states[stateName]
  if (!story || !state) return null
  return (
    <>
      <header>
        <h1>React components</h1>
        <p>
          <code>@guildhall/react</code> on this demo’s server. What others do shows at once. See also the{' '}
          <a href="/live">dashboard</a>.
        </p>
      </header>
      <nav aria-label="Components">
        <ul>
          {Object.keys(stories).map((each) => (
            <li key={each}>
              <a
                href={`?component=${each}`}
                aria-current={each === name ? 'page' : undefined}
                onClick={(event) => {
                  // With a modifier key the link opens beside this page.
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return
                  event.preventDefault()
                  turn({ component: each, state: '' })
                }}
              >
                {each}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <h2>{name}</h2>
        <p>{story.about}</p>
        <Controls
          knobs={{ ...knobs, state: stateName }}
          turn={turn}
          states={Object.entries(story.states).map(([value, { label }]) => [value, label] as const)}
        />
        <section aria-label="Preview" className="stage" dir={knobs.dir}>
          {/* Another state is another page of the app: nothing is kept. */}
          <Stage key={`${name} ${stateName}`} story={story} state={state} knobs={knobs} />
        </section>
        <Code text={codeOf(name, state.jsx ?? story.jsx, knobs, css)} />
        <label className="css">
          <span>Your CSS. Each colour and space of styles.css is a variable.</span>
          <textarea
            value={css}
            rows={10}
            spellCheck={false}
            onChange={({ target }) => writeCss(target.value)}
          />
        </label>
      </main>
    </>
  )
}

type Choices = readonly (readonly [value: string, label: string])[]

const fixed: readonly { knob: keyof Knobs; label: string; choices: Choices }[] = [
  {
    knob: 'scheme',
    label: 'Colours',
    choices: [
      ['system', 'As the system'],
      ['light', 'Light'],
      ['dark', 'Dark'],
    ],
  },
  {
    knob: 'dir',
    label: 'Direction',
    choices: [
      ['ltr', 'Left to right'],
      ['rtl', 'Right to left'],
    ],
  },
  {
    knob: 'words',
    label: 'Words',
    choices: [
      ['en', 'English'],
      ['de', 'German'],
    ],
  },
  {
    knob: 'theme',
    label: 'Theme',
    choices: Object.entries(themes).map(([value, { label }]) => [value, label] as const),
  },
]

function Controls({ knobs, turn, states }: { knobs: Knobs; turn: Turn; states: Choices }) {
  return (
    <div className="knobs">
      {[{ knob: 'state' as const, label: 'State', choices: states }, ...fixed].map(
        ({ knob, label, choices }) => (
          <label key={knob}>
            <span>{label}</span>
            <select value={knobs[knob]} onChange={({ target }) => turn({ [knob]: target.value })}>
              {choices.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        ),
      )}
    </div>
  )
}

function Code({ text }: { text: string }) {
  const [copied, setCopied] = useState<string | null>(null)
  return (
    <section aria-label="Code" className="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by the keyboard too. */}
      <pre tabIndex={0}>{text}</pre>
      <button type="button" onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(text))}>
        Copy
      </button>
      <span role="status">{copied === text && 'Copied.'}</span>
    </section>
  )
}
