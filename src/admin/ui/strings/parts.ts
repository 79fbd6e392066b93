/** Texts of what several screens share. */
export const parts = {
  clear: 'Clear',
  close: 'Close',
  reveal: 'Show or hide it',
  copy: 'Copy',
  copied: 'Copied',
  keep: 'No, go back',
  tryAgain: 'Try again',
  loading: 'Loading',
  justNow: 'just now',
  inAMoment: 'in a moment',
  save: 'Save',
  create: 'Create',
  cancel: 'Cancel',
  delete: 'Delete',
  search: 'Search',
  more: 'Show more',
  unsaved: {
    title: 'Leave without saving?',
    text: 'What you changed on this page was not saved and is lost when you leave.',
    act: 'Leave and lose the changes',
  },
} as const;
