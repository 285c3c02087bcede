/** Where a server that listens on an address is found from the same machine. */
export function ownUrl(address: string, port: number): string {
  const everywhere = address === '0.0.0.0' || address === '::'
  const host = everywhere ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}`
}
