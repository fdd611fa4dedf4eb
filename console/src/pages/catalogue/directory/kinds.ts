/** The kinds of authority records, as the service names them. */
export const KINDS = [
  { value: 'body', label: '机构' },
  { value: 'person', label: '人物' },
  { value: 'place', label: '地名' },
];
