// Stands in the build for packages that bundled libraries name but never need here.
export default {};
