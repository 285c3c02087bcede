import { type ExecutionArgs, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { executions } from '../lib/channels.js'

/** Tells about the execution of operations. Only for a server that traces: each hook makes small queries slower. */
export const watchExecutions = (): Plugin => ({
  onExecute({ executeFn, setExecuteFn }) {
    setExecuteFn((args: ExecutionArgs) =>
      executions.watch(factsOf(args), async () => executeFn(args as never)),
    )
  },
  onSubscribe({ subscribeFn, setSubscribeFn }) {
    setSubscribeFn((args: ExecutionArgs) =>
      executions.watch(factsOf(args), async () => subscribeFn(args as never)),
    )
  },
})

function factsOf({ document, operationName }: ExecutionArgs): { type: string; name: string | undefined } {
  const operation = getOperationAST(document, operationName)
  return { type: operation?.operation ?? 'none', name: operation?.name?.value }
}
