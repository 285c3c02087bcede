const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether `text` is a UUID as PostgreSQL prints it: in lower case. */
export const isUuid = (text: string): boolean => shape.test(text)
