/** Statements under way at the same time: a slow one holds up no other. */
const SIDE_BY_SIDE = 2

/**
 * Answers many single questions by few statements: those that come while others are under way go together into the
 * next, so that a thousand at the same moment wait for a few statements and for no time-out.
 * @param ask answers in the order of the questions; where it throws, so does each of its questions
 * @param atOnce questions of one statement at most
 */
export function gathered<Question, Answer>(
  ask: (questions: Question[]) => Promise<Answer[]>,
  atOnce: number,
): (question: Question) => Promise<Answer> {
  let waiting: Array<{
    question: Question
    resolve: (answer: Answer) => void
    reject: (error: unknown) => void
  }> = []
  let running = 0

  async function askAll(): Promise<void> {
    // What comes in this tick goes into the first statement already.
    await Promise.resolve()
    while (waiting.length > 0) {
      const now = waiting.slice(0, atOnce)
      waiting = waiting.slice(atOnce)
      try {
        const answers = await ask(now.map(({ question }) => question))
        for (const [index, { resolve }] of now.entries()) resolve(answers[index] as Answer)
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
    }
    running -= 1
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (running === SIDE_BY_SIDE) return
      running += 1
      void askAll()
    })
}
