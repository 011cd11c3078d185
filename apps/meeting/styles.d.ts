/** Styles are loaded with the part of the app that imports them; they say nothing to it. */
declare module "*.css";
