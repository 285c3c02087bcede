import { useId, useRef, useState } from 'preact/hooks'
import { session } from '../api/session.js'
import { leaveToSignIn, signInWay, signOut } from '../api/signIn.js'
import { Dialog } from '../ui/Dialog.js'
import { Icon } from '../ui/icons.js'
import { LanguageMenu } from '../ui/LanguageMenu.js'
import { SignIn } from '../ui/SignIn.js'
import { words } from '../words/words.js'

interface AccountMenuProps {
  /** As the server knows the person. Null for an API token, and while it is not loaded. */
  viewer: { readonly name: string | null; readonly email: string | null } | null
}

/** Who is signed in, their language, and the way out. */
export function AccountMenu({ viewer }: AccountMenuProps) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [switching, setSwitching] = useState(false)
  const { signIn } = words()
  const email = viewer?.email ?? session.value?.email ?? null
  const ownName = viewer?.name ?? session.value?.name ?? null
  const name = ownName ?? email ?? (session.value?.kind === 'token' ? signIn.apiToken : signIn.account)
  const way = signInWay.value

  const close = () => menu.current?.hidePopover()

  return (
    <>
      <button
        ref={button}
        type="button"
        class="button ghost who"
        popovertarget={id}
        aria-label={signIn.accountOf(name)}
      >
        <Icon name="person" />
        <span class="who-name">{name}</span>
      </button>
      <div
        ref={menu}
        id={id}
        class="account-menu"
        popover="auto"
        onBeforeToggle={() => {
          const { bottom = 0 } = button.current?.getBoundingClientRect() ?? {}
          menu.current?.style.setProperty('top', `${bottom + 6}px`)
        }}
      >
        <p class="account-name">{name}</p>
        {email && email !== name && <p class="account-email">{email}</p>}
        {session.value?.kind === 'openid' && viewer && viewer.email === null && (
          <p class="account-email">{signIn.noEmail(session.value.email)}</p>
        )}
        <hr />
        <p class="account-language">
          <span aria-hidden="true">{words().language.label}</span>
          <LanguageMenu />
        </p>
        {way?.kind === 'openid' && (
          <button
            type="button"
            class="button ghost"
            onClick={() => void leaveToSignIn({ otherAccount: true })}
          >
            {signIn.otherAccount}
          </button>
        )}
        {way?.kind === 'development' && (
          <>
            <button
              type="button"
              class="button ghost"
              onClick={() => {
                close()
                setSwitching(true)
              }}
            >
              {signIn.switchPerson}
            </button>
            {way.links.graphiql && (
              <a class="button ghost" href="/graphql">
                {signIn.graphiql}
              </a>
            )}
            {way.links.mailbox && (
              <a class="button ghost" href="/mail">
                {signIn.mailbox}
              </a>
            )}
          </>
        )}
        <button
          type="button"
          class="button ghost"
          onClick={() => {
            close()
            void signOut()
          }}
        >
          <Icon name="door" />
          {signIn.signOut}
        </button>
      </div>
      {switching && (
        <Dialog title={signIn.switchPerson} onClose={() => setSwitching(false)}>
          <SignIn onSignedIn={() => setSwitching(false)} />
        </Dialog>
      )}
    </>
  )
}
