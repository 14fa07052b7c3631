import { Text } from '@mantine/core'

/** Above a form whose untouched fields have followed a change that was made elsewhere. */
export const ChangedElsewhere = () => (
  <Text role="status" size="sm" fw={600}>
    This was changed elsewhere meanwhile. Fields that you have not touched show the new state.
  </Text>
)
