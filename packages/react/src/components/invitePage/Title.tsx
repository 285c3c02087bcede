import { classes } from '../parts.js'

/** Names of orgs have up to 100 characters. */
const LONG = 40

interface TitleProps {
  readonly className: string | undefined
  readonly children: string
}

/** The heading of the page. It takes the focus after a change. */
export function Title({ className, children }: TitleProps) {
  return (
    <h1
      tabIndex={-1}
      className={classes('gh-title', children.length > LONG ? 'gh-long' : undefined, className)}
    >
      <bdi>{children}</bdi>
    </h1>
  )
}
