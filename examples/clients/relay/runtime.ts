// Only for the test of this example. It is in another folder, where Relay is not installed.
export {
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  type GraphQLTaggedNode,
  getRequest,
  getSelector,
  requestSubscription,
} from 'relay-runtime'
