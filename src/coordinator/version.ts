/** The version of the application. The build puts the text here, and nothing else of the file. */
export { version } from '../../package.json';
