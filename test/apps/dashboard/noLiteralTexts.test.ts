import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SOURCES = join(import.meta.dirname, '../../../apps/dashboard/src')

/** Attributes that people read or hear. Of our own components too. */
const readAttributes = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'hint',
  'label',
  'lead',
  'legend',
  'placeholder',
  'title',
  'unit',
  'verb',
])

/** Properties of objects whose texts people read. */
const readProperties = new Set(['hint', 'label', 'lead', 'title'])

/** Whether a property names the CSS class of a part, which nobody reads. */
const namesClass = (property: ts.Node): boolean => {
  const { parent } = property.parent
  return ts.isVariableDeclaration(parent) && parent.name.getText() === 'classNames'
}

const hasWords = (text: string) => /\p{L}{2}/u.test(text)

/** The texts of a component that are written in it, each with its line. */
function literalTexts(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const note = (node: ts.Node, text: string) => {
    if (!hasWords(text)) return
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    found.push(`${name}:${line + 1} ${text.trim()}`)
  }

  /** The texts that an expression can be, but not what it compares or passes on. */
  function result(node: ts.Node): void {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) note(node, node.text)
    else if (ts.isTemplateExpression(node)) {
      for (const { text } of [node.head, ...node.templateSpans.map(({ literal }) => literal)])
        note(node, text)
    } else if (ts.isConditionalExpression(node)) {
      result(node.whenTrue)
      result(node.whenFalse)
    } else if (ts.isParenthesizedExpression(node)) result(node.expression)
    else if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.kind
      if (operator === ts.SyntaxKind.PlusToken || operator === ts.SyntaxKind.QuestionQuestionToken)
        result(node.left)
      if (
        operator === ts.SyntaxKind.PlusToken ||
        operator === ts.SyntaxKind.QuestionQuestionToken ||
        operator === ts.SyntaxKind.BarBarToken ||
        operator === ts.SyntaxKind.AmpersandAmpersandToken
      )
        result(node.right)
    }
  }

  function walk(node: ts.Node): void {
    if (ts.isJsxText(node)) note(node, node.text)
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      result(node.expression)
    if (ts.isJsxAttribute(node) && readAttributes.has(node.name.getText()) && node.initializer) {
      if (ts.isStringLiteral(node.initializer)) note(node, node.initializer.text)
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression)
        result(node.initializer.expression)
    }
    // The columns or stages of a figure, for example.
    if (ts.isPropertyAssignment(node) && readProperties.has(node.name.getText()) && !namesClass(node))
      result(node.initializer)
    // What is announced to screen readers, or becomes the title of the window.
    if (ts.isCallExpression(node) && node.expression.getText() === 'announce')
      for (const argument of node.arguments) result(argument)
    if (ts.isBinaryExpression(node) && node.left.getText() === 'document.title') result(node.right)
    ts.forEachChild(node, walk)
  }
  walk(file)
  return found
}

test('no component holds a text of its own: all are in words/', () => {
  const components = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('words/'),
  )
  expect(components.length).toBeGreaterThan(40)
  expect(components.flatMap((name) => literalTexts(name, readFileSync(join(SOURCES, name), 'utf8')))).toEqual(
    [],
  )
})

test('a text in a component is noticed', () => {
  const source = `
    document.title = \`\${name}, live\`
    announce('You joined')
    const columns = [{ key: 'first', title: 'Given name' }]
    const fine = <p class="lead" title={words().title}>{can('EDIT') ? w.edit(name) : <b>{count}</b>} · 3</p>
    const bad = <p aria-label="Lists" hint={isNew ? 'Optional' : w.hint}>Hello {name ?? 'Someone'} {ready && \`\${count} left\`}</p>
  `
  expect(literalTexts('x.tsx', source).map((text) => text.slice(text.indexOf(' ') + 1))).toEqual([
    ', live',
    'You joined',
    'Given name',
    'Lists',
    'Optional',
    'Hello',
    'Someone',
    'left',
  ])
})
