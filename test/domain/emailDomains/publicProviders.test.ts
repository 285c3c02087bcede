import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isPublicMailProvider } from '../../../src/domain/emailDomains/publicProviders.js'

const names = (text: string) => text.trim().split(/\s+/)

describe('the list of public mail providers', () => {
  it.each(
    names(`
      gmail.com googlemail.com outlook.com hotmail.co.uk yahoo.co.jp icloud.com proton.me gmx.de web.de qq.com mail.ru
      hey.com tuta.com duck.com
    `),
  )('has the well-known %s', (domain) => {
    expect(isPublicMailProvider(domain)).toBe(true)
  })

  it.each(
    names(`
      posteo.de posteo.net mailfence.com zohomail.com zohomail.eu zohomail.in 139.com 189.cn sohu.com
      kakao.com internet.ru meta.ua op.pl vp.pl tlen.pl onet.eu interia.eu azet.sk zoznam.sk mail.bg
      citromail.hu inbox.lt hotmail.se live.se hotmail.com.tr mynet.com ziggo.nl xs4all.nl proximus.be
      hispeed.ch vodafone.de vodafone.it online.no bredband.net telia.com otenet.gr iol.pt clix.pt netcabo.pt
      rediff.com xfinity.com skiff.com onmail.com
    `),
  )('has %s, known in one country or to few', (domain) => {
    expect(isPublicMailProvider(domain)).toBe(true)
  })

  it.each(
    names(`
      hotmail.com.ar live.ie outlook.my yahoo.com.ve gmx.li vodafone.hu orange.sk mail.ae inbox.si posteo.lu msn.cn
      aol.nl terra.cl zoho.com.au yandex.com.ge
    `),
  )('has %s, one of a provider’s national names', (domain) => {
    expect(isPublicMailProvider(domain)).toBe(true)
  })

  it.each(
    names(
      'mailinator.com guerrillamail.com yopmail.com 10minutemail.com privaterelay.appleid.com mozmail.com',
    ),
  )('has %s, which gives out temporary addresses or aliases', (domain) => {
    expect(isPublicMailProvider(domain)).toBe(true)
  })

  it.each(names('ada.fastmail.com any.mailinator.com team.hotmail.se a.b.c.gmail.com'))(
    'has the subdomain %s, because providers hand those out',
    (domain) => {
      expect(isPublicMailProvider(domain)).toBe(true)
    },
  )

  it.each(
    names(`
      example.com test.com acme.test appleid.com github.com notgmail.com gmail.com.acme.test acme.github.io
      hotmail.github.io orange.com vodafone.com google.com apple.com microsoft.com dell.com stanford.edu harvard.edu
      att.com verizon.com siemens.com sap.com bbc.co.uk gov.uk europa.eu mail.acme.se live.acme.de xn--bcher-kva.example
    `),
  )('does not have %s', (domain) => {
    expect(isPublicMailProvider(domain)).toBe(false)
  })

  it('has each name in its file, the first and the last too, and no name between two', () => {
    const listed = readFileSync(
      new URL('../../../src/generated/mailProviders.txt', import.meta.url),
      'latin1',
    )
    const all = listed.trim().split('\n')
    expect(all.length).toBeGreaterThan(150_000)
    expect(all).toEqual([...new Set(all)].sort())
    const some = all.filter((_, index) => index % 101 === 0 || index > all.length - 5)
    for (const name of [all[0] ?? '', ...some]) expect(isPublicMailProvider(name), name).toBe(true)
  })

  it('is searched in negligible time, however many labels a name has', () => {
    isPublicMailProvider('warm.example')
    const before = process.cpuUsage()
    const long = `${'a.'.repeat(110)}acme.example`
    for (let times = 0; times < 100; times++) expect(isPublicMailProvider(long)).toBe(false)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 100 / 1_000).toBeLessThan(20)
  })
})
