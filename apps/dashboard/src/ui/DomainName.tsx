import { shownDomain } from '../model/domainName.js'
import { allWords } from '../words/allWords.js'

/** A domain in its own letters. If they could be taken for others, with a warning and its ASCII form. */
export function DomainName({ domain }: { domain: string }) {
  const { name, ascii } = shownDomain(domain)
  return (
    <>
      <bdi>{name}</bdi>
      {ascii && <span class="sub-line">{allWords().domains.lookAlike(ascii)}</span>}
    </>
  )
}
