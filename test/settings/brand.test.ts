import { describe, expect, test } from 'vitest'
import { readSettings } from '../../src/settings/settings.js'
import { temporaryFolder } from '../support/temporaryFolder.js'

describe('the brand’s settings', () => {
  test('are the name, logo, colour and support', () => {
    const { brand } = readSettings({
      BRAND_NAME: ' Ärger & Söhne ',
      BRAND_LOGO_URL: 'https://cdn.example.com/logo.svg',
      BRAND_COLOR: '#FFD400',
      BRAND_SUPPORT: 'https://help.example.com/',
    })
    expect(brand).toEqual({
      name: 'Ärger & Söhne',
      logoUrl: 'https://cdn.example.com/logo.svg',
      color: '#ffd400',
      support: { text: 'help.example.com', url: 'https://help.example.com/', host: 'help.example.com' },
    })
  })

  test('leave Guildhall’s own look if none is set, and its name if only others are', () => {
    expect(readSettings({}).brand).toBeUndefined()
    expect(readSettings({ BRAND_SUPPORT: 'help@example.com' }).brand).toEqual({
      name: 'Guildhall',
      support: { text: 'help@example.com', url: 'mailto:help@example.com' },
    })
  })

  test.each([
    ['BRAND_NAME', 'A\nB', /one line/],
    ['BRAND_NAME', 'A\u202eB', /one line/],
    ['BRAND_NAME', 'A'.repeat(61), /60 characters/],
    ['BRAND_LOGO_URL', 'http://cdn.example.com/logo.png', /https/],
    ['BRAND_LOGO_URL', 'javascript:alert(1)', /https/],
    ['BRAND_LOGO_URL', 'https://user:password@cdn.example.com/logo.png', /credentials/],
    ['BRAND_LOGO_FILE', '/etc/passwd', /picture/],
    ['BRAND_LOGO_FILE', '/no/such/logo.png', /can’t be read \(ENOENT\)/],
    ['BRAND_COLOR', 'red', /#1d6b60/],
    ['BRAND_COLOR', '#fff', /#1d6b60/],
    ['BRAND_COLOR', '#1d6b60;}', /#1d6b60/],
    ['BRAND_SUPPORT', 'call us', /e-mail address, or a URL/],
    ['BRAND_SUPPORT', 'javascript:alert(1)', /e-mail address, or a URL/],
    ['BRAND_SUPPORT', 'Help <help@example.com>', /e-mail address, or a URL/],
    ['BRAND_SUPPORT', 'a@example.com,b@example.com', /e-mail address, or a URL/],
  ])('%s can’t be %j', (name, value, reason) => {
    expect(() => readSettings({ [name]: value })).toThrow(reason)
  })

  test('take a logo from a file of limited size, or from a URL, but not from both', () => {
    const folder = temporaryFolder({ 'logo.svg': '<svg/>', 'big.png': 'x'.repeat(200_001), 'empty.png': '' })
    expect(readSettings({ BRAND_LOGO_FILE: `${folder}/logo.svg` }).brand?.logoFile).toBe(`${folder}/logo.svg`)
    expect(() => readSettings({ BRAND_LOGO_FILE: `${folder}/big.png` })).toThrow(/larger than 200000 bytes/)
    expect(() => readSettings({ BRAND_LOGO_FILE: `${folder}/empty.png` })).toThrow(/is empty/)
    expect(() =>
      readSettings({
        BRAND_LOGO_FILE: `${folder}/logo.svg`,
        BRAND_LOGO_URL: 'https://cdn.example.com/logo.svg',
      }),
    ).toThrow(/BRAND_LOGO_URL and BRAND_LOGO_FILE exclude each other/)
  })
})
