import type { DestinationStream } from 'pino'

/** One line on a terminal that says what is being done at the moment. */
export interface Progress {
  /** Replaces the line. */
  show(text: string): void
  /** Removes the line. */
  end(): void
  /**
   * A destination for the log that keeps its lines and the line of the progress apart. On a terminal it writes there itself,
   * because two writers would get out of order.
   */
  beside(to: DestinationStream): DestinationStream
}

/** If the terminal does not say how wide it is. */
const USUAL_COLUMNS = 80
const CLEAR = '\r\u001b[2K'

/** @param enabled false: nothing is shown, because nobody watches */
export function progressOn(
  terminal: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  enabled: boolean,
): Progress {
  if (!enabled || terminal.isTTY !== true) return { show() {}, end() {}, beside: (to) => to }
  let shown = ''
  const show = (text: string) => {
    // A line that wraps could not be removed.
    shown = text.slice(0, (terminal.columns || USUAL_COLUMNS) - 1)
    terminal.write(`${CLEAR}${shown}`)
  }
  const end = () => {
    if (shown !== '') terminal.write(CLEAR)
    shown = ''
  }
  return {
    show,
    end,
    beside: () => ({
      write(line) {
        const again = shown
        end()
        terminal.write(line)
        if (again !== '') show(again)
      },
    }),
  }
}
