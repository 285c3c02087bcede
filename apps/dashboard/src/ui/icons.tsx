const paths = {
  invite: 'M3 6.5h11v9H3zM3 7l5.5 4.5L14 7M17 9.5v5M14.5 12h5',
  check: 'M4 11.5l4.5 4.5L18 6',
  cross: 'M5.5 5.5l11 11M16.5 5.5l-11 11',
  clock: 'M11 3.5a7.5 7.5 0 100 15 7.5 7.5 0 000-15zM11 7v4.5l3 2',
  mail: 'M3 5.5h16v11H3zM3.5 6l7.5 6 7.5-6',
  person: 'M11 10.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM4 18.5c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5',
  house: 'M3.5 18.5v-8L11 4l7.5 6.5v8zM8.5 18.5v-5h5v5',
  cut: 'M6 7.5a2 2 0 100-4 2 2 0 000 4zM6 18.5a2 2 0 100-4 2 2 0 000 4zM7.5 6.8L18 15M7.5 15.2L18 7',
  join: 'M4 11h14M13 6l5 5-5 5',
  sun: 'M11 7.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM11 2.5v2M11 17.5v2M2.5 11h2M17.5 11h2M5 5l1.4 1.4M15.6 15.6L17 17M17 5l-1.4 1.4M6.4 15.6L5 17',
  moon: 'M17.5 13A7 7 0 019 4.5a7 7 0 108.5 8.5z',
  halves: 'M11 3.5a7.5 7.5 0 100 15zM11 3.5a7.5 7.5 0 010 15',
  search: 'M9.5 4a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM13.7 13.7L18 18',
  key: 'M7 15.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM10 10.5L18 4M15 6.5l2.5 2.5',
  pen: 'M4 18l.8-3.6L14.5 4.7l2.8 2.8L7.6 17.2zM12.5 6.7l2.8 2.8',
  door: 'M9 3.5h8v15H9M9 11H3M5.5 8L3 11l2.5 3',
  copy: 'M7.5 7.5h10v11h-10zM4.5 14.5v-11h10',
  bin: 'M4.5 6.5h13M9 6.5v-3h4v3M6.5 6.5l.8 12h7.4l.8-12',
  gear: 'M11 8a3 3 0 100 6 3 3 0 000-6zM11 2.5v2.6M11 16.900v2.600M2.500 11h2.600M16.900 11h2.600M5 5l1.800 1.800M15.200 15.200L17 17M17 5l-1.800 1.800M6.800 15.200L5 17',
  down: 'M6 9l5 5 5-5',
} as const

export type IconName = keyof typeof paths

/** Decoration only: the text or label of a control says what it does. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 22 22" width="18" height="18" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
