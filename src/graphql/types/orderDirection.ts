import { builder } from '../builder.js'

export const OrderDirectionType = builder.enumType('OrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: { description: 'As the field says: lowest, earliest or first in the alphabet first.' },
    DESC: { description: 'The other way round.' },
  },
} as const)
