/* What is shown of named flows, as one script: each that comes on demand by itself makes those that come first smaller and more. */
export { SaveDialog } from './save/save-dialog.tsx';
export { FlowsView } from './view.tsx';
