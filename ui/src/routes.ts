/** The screens. Navigation, palette and the tests of all pages read this list. */
import type { Component } from 'svelte';
import type { IconName } from './components/icons';
import Capture from './screens/capture/Capture.svelte';
import Compare from './screens/compare/Compare.svelte';
import History from './screens/history/History.svelte';
import Inbox from './screens/inbox/Inbox.svelte';
import Library from './screens/library/Library.svelte';
import Merge from './screens/merge/Merge.svelte';
import Models from './screens/models/Models.svelte';
import Questions from './screens/questions/Questions.svelte';
import Review from './screens/review/Review.svelte';
import Storage from './screens/storage/Storage.svelte';
import Tool from './screens/tool/Tool.svelte';
import Vocabulary from './screens/vocabulary/Vocabulary.svelte';

export interface Route {
  id: string;
  title: string;
  icon: IconName;
  component: Component;
  /** Where it stands in the navigation; screens without a place are reached from others. */
  place: number | null;
  /** The screen of the navigation that it belongs to. */
  under?: string;
}

export const routes: [Route, ...Route[]] = [
  { id: 'inbox', title: 'Inbox', icon: 'inbox', component: Inbox, place: 1 },
  { id: 'review', title: 'Review', icon: 'review', component: Review, place: 2 },
  { id: 'library', title: 'Library', icon: 'library', component: Library, place: 3 },
  { id: 'compare', title: 'Compare', icon: 'compare', component: Compare, place: 4 },
  { id: 'questions', title: 'Questions', icon: 'help', component: Questions, place: 5 },
  { id: 'history', title: 'History', icon: 'history', component: History, place: 6 },
  { id: 'models', title: 'Models', icon: 'model', component: Models, place: 7 },
  { id: 'storage', title: 'Storage', icon: 'storage', component: Storage, place: 8 },
  { id: 'tool', title: 'Tool', icon: 'library', component: Tool, place: null, under: 'library' },
  { id: 'merge', title: 'Make two tools one', icon: 'library', component: Merge, place: null, under: 'library' },
  { id: 'vocabulary', title: 'Tags and categories', icon: 'library', component: Vocabulary, place: null, under: 'library' },
  { id: 'capture', title: 'Capture', icon: 'inbox', component: Capture, place: null, under: 'inbox' },
];
