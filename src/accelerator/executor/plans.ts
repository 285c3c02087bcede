import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { type Compilation, compileFields, type PutField } from './compile.js'
import { Fallback, Run } from './run.js'

/** All plans together may weigh this much, bytes. */
const MAX_PLAN_BYTES = 32 * 1_048_576
const MAX_PLANS = 2_000
/** The functions that one field of a plan becomes, bytes. */
const BYTES_PER_FIELD = 800

/** One operation of a document. */
export interface Operation {
  /** Distinguishes its plans from those of other operations. */
  number: number
  node: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** Variables of `@skip` and `@include`: each combination of their values has a plan of its own. */
  conditions: readonly string[]
}

interface Plan {
  fields: readonly PutField[]
  compilation: Compilation
  /** The number of fields that it was weighed with. */
  weighed: number
}

/** What one execution is about. */
export interface Inputs {
  variables: Record<string, unknown>
  context: object
  /** The parent of the outermost fields. */
  root?: unknown
  /** The largest answer. */
  maxBytes: number
}

/** Keeps the compiled plans of operations, and runs them. */
export function plansOf(schema: GraphQLSchema) {
  const plans = new LRUCache<string, Plan>({
    max: MAX_PLANS,
    maxSize: MAX_PLAN_BYTES,
    sizeCalculation: ({ weighed }) => BYTES_PER_FIELD * (weighed + 1),
  })
  let prepared = 0

  const planOf = (
    { number, node, fragments, conditions }: Operation,
    variables: Record<string, unknown>,
  ): Plan => {
    const key = `${number} ${conditions.map((name) => keyOf(variables[name])).join('')}`
    const known = plans.get(key)
    if (known) {
      // A union's members are compiled when they first occur, so a plan may have grown.
      if (known.weighed !== known.compilation.compiled) keepPlan(key, known)
      return known
    }
    const root = schema.getRootType(node.operation)
    if (!root) throw new Error(`the schema has no type for a ${node.operation}`)
    const compilation = { schema, fragments, variables, compiled: 0 }
    const fields = compileFields(compilation, root, [node.selectionSet])
    const plan = { fields, compilation, weighed: 0 }
    keepPlan(key, plan)
    return plan
  }

  const keepPlan = (key: string, plan: Plan) => {
    plans.delete(key)
    plan.weighed = plan.compilation.compiled
    plans.set(key, plan)
  }

  return {
    prepare(document: DocumentNode, node: OperationDefinitionNode): Operation {
      const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
      const conditions = new Set<string>()
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
      visit(document, {
        Directive({ arguments: args }) {
          for (const { value } of args ?? [])
            if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
        },
      })
      return { number: ++prepared, node, fragments, conditions: [...conditions] }
    },
    /** @throws the first error of a field, Fallback or TooLarge */
    async run(
      operation: Operation,
      { variables, context, root, maxBytes }: Inputs,
    ): Promise<Record<string, unknown>> {
      const { fragments, node } = operation
      const run = new Run(context, variables, schema, fragments, node, maxBytes)
      const data: Record<string, unknown> = {}
      for (const field of planOf(operation, variables).fields) field(run, root, undefined, data)
      await run.finish()
      return data
    },
  }
}

/** Null, which a variable with a default may be given, is an error. Variables of the document's other operations are undefined. */
function keyOf(condition: unknown): string {
  if (condition === null) throw new Fallback('a condition that is null')
  return condition === true ? '1' : '0'
}
