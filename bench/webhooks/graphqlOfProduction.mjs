// Loaded before the server, which does not run as in production, because there it calls no loopback address. But graphql
// decides when it is loaded whether it checks its objects as for a developer, which takes a third of its time.
const mode = process.env.NODE_ENV
process.env.NODE_ENV = 'production'
await import('graphql')
process.env.NODE_ENV = mode
