import { onceConnected } from '../../streams/hints/sendHints.js'
import { type Check, ok, problem } from './check.js'

export const redisCheck: Check = {
  name: 'redis',
  reads: ['REDIS_URL'],
  async run({ database: { redisUrl } }) {
    if (redisUrl === undefined) return []
    const { host } = new URL(redisUrl)
    const redis = onceConnected(redisUrl)
    let reason: unknown
    redis.on('error', (error) => {
      reason = error
    })
    try {
      await redis.connect()
      await redis.ping()
      return [ok('redis', `${host} answers`)]
    } catch (error) {
      const { message } = (reason ?? error) as Error
      return [
        problem(
          'redis',
          `${host} can’t be used: ${message}`,
          'Check REDIS_URL. Meanwhile servers learn of each other’s events a second later.',
        ),
      ]
    } finally {
      redis.disconnect()
    }
  },
}
