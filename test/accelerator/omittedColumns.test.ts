import { expect, it } from 'vitest'
import { omittedColumns } from '../../src/database/omittedColumns.js'
import { createOrg, invite } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'

const testServer = useTestServer()

it('internal columns that no query names are read on neither path', async () => {
  const owner = await testServer.signUp()
  await invite(owner, await createOrg(owner), 'guest@guests.example')
  const plain = (await testServer.startAnother({ env: { ACCELERATOR: 'none' } })).app.prisma
  for (const prisma of [plain, testServer.server.app.prisma]) {
    const rows = {
      user: await prisma.user.findFirst(),
      org: await prisma.org.findFirst(),
      orgInvite: await prisma.orgInvite.findFirst({ include: { invitedBy: true } }),
    }
    for (const [model, row] of Object.entries(rows)) {
      const omitted = Object.keys(omittedColumns[model as keyof typeof omittedColumns] ?? {})
      expect(omitted.length).toBeGreaterThan(2)
      for (const column of omitted) expect(row).not.toHaveProperty(column)
      expect(row).toHaveProperty('id')
    }
    expect(rows.orgInvite?.invitedBy).not.toHaveProperty('subject')
    expect(await prisma.user.findFirst({ select: { subject: true } })).toHaveProperty('subject')
  }
})
