export const flavorFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Distribution of the nodes, such as openshift, for the methods cri and hybrid [default: seen from the nodes]",
  placeholder: "id",
} as const;
