import { textsOf } from '#shared/domain/events/codes.ts';

/**
 * The issues that a flow's schema reports besides zod's own. The schema uses the code as the message; its text is looked
 * up where the issue is shown (`shared/api/contract/errors/issues.ts`).
 */
export const FLOW_ISSUES = textsOf({
  not_http: { en: 'must be an http or https URL', es: 'debe ser una URL http o https' },
  not_option_value: {
    en: 'must be a text, or a list of at most 100 texts, none too long',
    es: 'debe ser un texto, o una lista de como mucho 100 textos, ninguno demasiado largo',
  },
  no_condition: {
    en: 'needs textIncludes, selectorVisible or urlIncludes',
    es: 'necesita textIncludes, selectorVisible o urlIncludes',
  },
  template_form: {
    en: 'has a template that names nothing: ${inputs.x}, ${results.x}, ${answers.x}, ${secrets.x}, ${totp.x} or ${run.id}; write $${ for ${',
    es: 'tiene una plantilla que no nombra nada: ${inputs.x}, ${results.x}, ${answers.x}, ${secrets.x}, ${totp.x} o ${run.id}; escribe $${ para ${',
  },
  secret_only_typed: {
    en: 'names a secret of the vault, which only the value of a fill step may do',
    es: 'nombra un secreto de la bóveda, lo que solo puede hacer el valor de un paso fill',
  },
  save_is_exclusive: {
    en: 'must be exclusive: only one run at a time can save a login',
    es: 'debe ser exclusive: solo una ejecución a la vez puede guardar un inicio de sesión',
  },
  no_such_input: { en: 'names an input that there is not', es: 'nombra una entrada que no existe' },
  no_such_result: {
    en: 'names a result that no step before it has',
    es: 'nombra un resultado que ningún paso anterior tiene',
  },
  inputs_too_large: { en: 'must be smaller', es: 'debe ser más pequeño' },
  schema_too_large: { en: 'must be a smaller JSON Schema', es: 'debe ser un JSON Schema más pequeño' },
  not_object_schema: { en: 'must describe an object', es: 'debe describir un objeto' },
  not_value_name: {
    en: 'must be 1 to 64 letters, digits, "_" and "-", and begin with a letter or "_"',
    es: 'debe tener de 1 a 64 letras, cifras, «_» y «-», y empezar por una letra o «_»',
  },
  secret_in_schema: {
    en: 'must not stand in the schema of a secret',
    es: 'no puede estar en el esquema de un secreto',
  },
  not_linear_pattern: {
    en: 'must be a regular expression of RE2: without references and look-arounds',
    es: 'debe ser una expresión regular de RE2: sin referencias ni comprobaciones alrededor',
  },
  not_pattern: { en: 'must be a regular expression', es: 'debe ser una expresión regular' },
  wrong_comparison: {
    en: 'needs exactly one comparison that fits `is`: equals, contains, matches, gte or lte',
    es: 'necesita exactamente una comparación que encaje con `is`: equals, contains, matches, gte o lte',
  },
  no_when: {
    en: 'needs visible, hidden or urlIncludes',
    es: 'necesita visible, hidden o urlIncludes',
  },
  download_name: {
    en: 'must be 1 to 64 letters, digits, "_", "-" and ".", and begin with none of the last two',
    es: 'debe tener de 1 a 64 letras, cifras, «_», «-» y «.», y no empezar por los dos últimos',
  },
  dialog_text: {
    en: 'is only for a dialog that is accepted',
    es: 'es solo para un diálogo que se acepta',
  },
  choice_options: {
    en: 'is for a choice, which needs some',
    es: 'es para un choice, que necesita alguna',
  },
  not_of_question: { en: 'is not for a step that asks', es: 'no es para un paso que pregunta' },
  field_named_twice: {
    en: 'is the name of a field before it',
    es: 'es el nombre de un campo anterior',
  },
  question_too_large: { en: 'must be fewer, or shorter', es: 'deben ser menos, o más cortos' },
  ask_on_cancel: {
    en: 'cannot ask: a cancel waits for nobody',
    es: 'no puede preguntar: una cancelación no espera a nadie',
  },
  no_such_field: { en: 'is no field of the question', es: 'no es un campo de la pregunta' },
  answer_missing: { en: 'has to be answered', es: 'hay que responderlo' },
  not_yesno: { en: 'must be true or false', es: 'debe ser true o false' },
  not_answer_text: {
    en: 'must be a text of at most 4,000 characters',
    es: 'debe ser un texto de como mucho 4.000 caracteres',
  },
  not_option: { en: 'must be one of the options', es: 'debe ser una de las opciones' },
  no_such_answer: {
    en: 'names a field that no question before it has',
    es: 'nombra un campo que ninguna pregunta anterior tiene',
  },
  needs_selector: { en: 'needs a selector', es: 'necesita un selector' },
  needs_attribute: { en: 'needs the name of the attribute', es: 'necesita el nombre del atributo' },
  other_origin: { en: 'must share the origin of baseUrl', es: 'debe compartir el origen de baseUrl' },
});
export type FlowIssue = keyof typeof FLOW_ISSUES;
