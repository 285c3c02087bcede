import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { MailLanguage } from '../../mail/mailer.js'

/** The roles as the shipped templates use them: in English and Arabic after “as”, in the others after “role:”. */
export const roleWords: Readonly<Record<MailLanguage, Readonly<Record<OrgRoleName, string>>>> = {
  en: { USER: 'a user', ADMIN: 'an admin', OWNER: 'an owner' },
  de: { USER: 'Mitglied', ADMIN: 'Admin', OWNER: 'Inhaber/-in' },
  fr: { USER: 'membre', ADMIN: 'admin', OWNER: 'propriétaire' },
  es: { USER: 'miembro', ADMIN: 'administrador', OWNER: 'propietario' },
  ar: { USER: 'عضو', ADMIN: 'مشرف', OWNER: 'مالك' },
}
