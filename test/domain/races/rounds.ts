/** How often each race is run: fewer times by `npm test` than by `npm run test:long`. */
export const ROUNDS = Number(process.env.RACE_ROUNDS ?? 60)
