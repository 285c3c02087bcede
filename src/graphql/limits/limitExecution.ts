import { type ExecutionArgs, type ExecutionResult, type GraphQLSchema, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { costLimit } from '../../errors.js'
import { currentOperation } from '../../lib/observedOperation.js'
import type { EdgeContext } from '../engine.js'
import { type MaskError, maskAnswer } from '../mask.js'
import { operationFacts } from '../operationFacts.js'
import type { LimitAnswer } from './answerSize.js'
import { costMeter, type ItemLimits } from './cost.js'

/** Returns the answer to an operation that must not be executed. Undefined if it may be. */
export type Refuse = (args: ExecutionArgs) => ExecutionResult | undefined

/** Refuses operations before they are executed, refuses answers that are too large, and masks errors. */
export const limitExecution = (
  refusals: readonly Refuse[],
  limited: LimitAnswer,
  mask: MaskError,
): Plugin => {
  const refuse: Refuse = (args) => {
    for (const one of refusals) {
      const refusal = one(args)
      if (refusal) return refusal
    }
    return undefined
  }
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args: ExecutionArgs) => {
        const { edge } = args.contextValue as EdgeContext
        return maskAnswer(mask, refuse(args) ?? limited(await executeFn(args)), edge.requestId)
      })
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => refuse(args) ?? subscribeFn(args))
    },
  }
}

/** Checks the cost before execution. A validation rule can't do it, because page sizes may be in variables. */
export const costlyOperations = (
  schema: GraphQLSchema,
  limits: { readonly cost: number } & ItemLimits,
): Refuse => {
  const max = limits.cost
  const costOf = costMeter(schema, limits)
  return ({ document, operationName, variableValues }) => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return undefined
    const cost = costOf(document, operation, variableValues ?? {})
    const observed = currentOperation()
    if (observed) observed.facts = operationFacts(document, operation, cost)
    if (cost <= max) return undefined
    const tooMuch = costLimit(
      `This operation may ask for ${cost} fields; ${max} are allowed. Ask for smaller pages, or for less in each item.`,
    )
    return { errors: [tooMuch] }
  }
}
