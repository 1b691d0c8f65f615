/** The services' role, which is no superuser. */
const SERVICES_ROLE = 'ghostly_services';

export const servicesUrl = (superuserUrl: string, password: string): string => {
  const url = new URL(superuserUrl);
  url.username = SERVICES_ROLE;
  url.password = encodeURIComponent(password);
  return url.href;
};
