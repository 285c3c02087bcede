import { useEffect, useState } from 'react'

/** What a product can write into its own stylesheet. */
export const themes: Readonly<Record<string, { readonly label: string; readonly css: string }>> = {
  none: { label: 'As it comes', css: '' },
  violet: {
    label: 'Violet, with corners',
    css: `.gh {
  --gh-accent: light-dark(#6d28d9, #c4b5fd);
  --gh-on-accent: light-dark(#ffffff, #2e1065);
  --gh-radius: 2px;
  --gh-gap: 0.5rem;
}`,
  },
  paper: {
    label: 'Paper, round and wide',
    css: `.gh {
  --gh-text: light-dark(#3b2f1e, #efe6d5);
  --gh-muted: light-dark(#6b5a3e, #c3b496);
  --gh-surface: light-dark(#fdf8ec, #241e14);
  --gh-line: light-dark(#e6d9bd, #4a3f2b);
  --gh-accent: light-dark(#8a4b08, #f2b968);
  --gh-on-accent: light-dark(#ffffff, #2b1a04);
  --gh-radius: 1.25rem;
  --gh-gap: 1rem;
  --gh-font: 1rem Georgia, serif;
}`,
  },
}

/** Applies CSS to the page while it is shown: that of a theme, until the reader writes other. */
export function useTheme(theme: string): [css: string, write: (css: string) => void] {
  const [written, setWritten] = useState<{ theme: string; css: string } | null>(null)
  const css = written?.theme === theme ? written.css : (themes[theme]?.css ?? '')
  useEffect(() => {
    // Not a <style>: the page's policy allows stylesheets of this server only.
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [sheet]
  }, [css])
  return [css, (text) => setWritten({ theme, css: text })]
}
