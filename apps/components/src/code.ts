import type { Knobs } from './knobs.js'

/** What an app writes to show the component as the knobs are. */
export function codeOf(name: string, jsx: string, { words, dir, scheme }: Knobs, css: string): string {
  const names = ['GuildhallProvider', name, ...(words === 'de' ? ['german'] : [])].sort((a, b) =>
    a.localeCompare(b, 'en'),
  )
  const provider = [
    'endpoint="https://guildhall.example.com/graphql"',
    'credential={accessToken}',
    'user={userId}',
    ...(words === 'de' ? ['words={german}', 'locale="de"'] : []),
  ]
  const styles = [...(scheme === 'system' ? [] : [`:root { color-scheme: ${scheme}; }`]), css].filter(Boolean)
  return [
    `import { ${names.join(', ')} } from '@guildhall/react'`,
    "import '@guildhall/react/styles.css'",
    ...(styles.length > 0 ? ["import './own.css'"] : []),
    '',
    '<GuildhallProvider',
    ...provider.map((line) => `  ${line}`),
    '>',
    `  ${jsx}`,
    '</GuildhallProvider>',
    ...(dir === 'rtl' ? ['', '// In the page: <html dir="rtl">'] : []),
    ...(styles.length > 0 ? ['', `/* own.css */`, ...styles] : []),
  ].join('\n')
}
