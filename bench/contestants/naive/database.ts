import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../../src/generated/prisma/client.js'
import { databaseUrl, poolSize } from '../environment.js'

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: databaseUrl, max: poolSize }),
  // The defaults of 2 s and 5 s would refuse some requests at full load.
  transactionOptions: { maxWait: 30_000, timeout: 30_000 },
})
