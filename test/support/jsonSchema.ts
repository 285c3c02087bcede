interface JsonSchema {
  $ref?: string
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  enum?: unknown[]
  type?: string
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  $defs?: Record<string, JsonSchema>
}

/**
 * Why a value does not fit a JSON Schema, with the path of each reason. It knows the few words that our schemas use, and
 * refuses fields that a schema does not name.
 */
export function misfits(root: JsonSchema, value: unknown, schema: JsonSchema = root, path = '$'): string[] {
  if (schema.$ref !== undefined) {
    const named = root.$defs?.[schema.$ref.split('/').at(-1) ?? '']
    return named ? misfits(root, value, named, path) : [`${path}: no ${schema.$ref}`]
  }
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) {
    const all = choices.map((one) => misfits(root, value, one, path))
    return all.some((reasons) => reasons.length === 0)
      ? []
      : (all.sort((a, b) => a.length - b.length)[0] ?? [])
  }
  if (schema.enum) return schema.enum.includes(value) ? [] : [`${path}: ${JSON.stringify(value)}`]
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no object`]
    const given = value as Record<string, unknown>
    const { properties = {}, required = [] } = schema
    return [
      ...required.filter((name) => !(name in given)).map((name) => `${path}.${name}: missing`),
      ...Object.entries(given).flatMap(([name, inner]) => {
        const of = properties[name]
        return of ? misfits(root, inner, of, `${path}.${name}`) : [`${path}.${name}: unknown`]
      }),
    ]
  }
  if (schema.type === 'array')
    return Array.isArray(value)
      ? value.flatMap((item, index) => misfits(root, item, schema.items ?? {}, `${path}[${index}]`))
      : [`${path}: no list`]
  const type = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value
  return type === schema.type ? [] : [`${path}: ${type} instead of ${schema.type}`]
}
