/** The URL at which this machine reaches a server that listens on the address. */
export function ownUrl(address: string, port: number): string {
  const everywhere = address === '0.0.0.0' || address === '::'
  const host = everywhere ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}`
}
