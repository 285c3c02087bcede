declare module 'punycode/punycode.es6.js' {
  /** Decodes the labels of a domain that begin with `xn--`. */
  export function toUnicode(domain: string): string
}
